// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IFiatToken} from "./interfaces/IFiatToken.sol";
import {IPaymentChannels} from "./interfaces/IPaymentChannels.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {VoucherRows} from "./libraries/VoucherRows.sol";

/// @title Payment channels of the streaming lane
/// @notice Deposits, claims of vouchers and payouts (pot A).
/// @dev Trust assumptions:
/// - The token is Circle's USDC: no fee on transfer, no rebasing, no hooks. Circle can pause it or blacklist an account.
///   Then claims go on in the books as before, and only deposits and payouts wait. If this contract itself is
///   blacklisted, payouts wait until it is not; nothing on chain can help that.
/// - The owner sets no term of a channel: the fee is immutable. It names the guardian and takes the fees that
///   withdrawals settled. The guardian can stop deposits, nothing else; only the owner lets them go on.
/// - A receiver watches for WithdrawStarted and claims within the channel's delay. A chain that stands still for longer
///   than the delay is its risk, and so is a voucher it took while a withdrawal was announced.
/// - A voucher that an account with code signed (EIP-1271, EIP-7702) is worth what that code says when it is claimed.
/// - A payer answers for the signer it chose: whoever holds that key can give the whole deposit to the receiver.
/// - A validator can shift the time of a block by seconds: delays are to be chosen longer than that.
/// - Functions that call the token or an account's code are guarded against reentrancy; `claim` calls nobody.
contract PaymentChannels is IPaymentChannels, Ownable2Step, EIP712, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeERC20 for IFiatToken;

    /// @notice Parameters of a deployment, bounded by the constructor.
    /// @param token USDC.
    /// @param owner Takes the fees; a timelock where money is real.
    /// @param guardian Stops deposits.
    /// @param feeBps Protocol's share of what receivers earn, for good.
    /// @param minWithdrawDelay Least delay of a channel in seconds.
    /// @param maxWithdrawDelay Longest delay of a channel in seconds, at most 30 days.
    struct Parameters {
        address token;
        address owner;
        address guardian;
        uint16 feeBps;
        uint32 minWithdrawDelay;
        uint32 maxWithdrawDelay;
    }

    /// @dev One slot, read at every deposit.
    struct Settings {
        address guardian;
        bool depositsPaused;
    }

    /// @notice Type hash of what a signer signs.
    bytes32 public constant VOUCHER_TYPEHASH = VoucherRows.VOUCHER_TYPEHASH;

    /// @notice Type hash that makes the nonce of an authorised deposit.
    bytes32 public constant DEPOSIT_TYPEHASH = keccak256("Deposit(bytes32 channelId,uint64 amount,bytes32 salt)");

    /// @notice Cap of the protocol's share.
    uint16 public constant MAX_FEE_BPS = 500;

    uint256 private constant BPS = 10_000;

    IFiatToken private immutable TOKEN;
    uint16 private immutable FEE_BPS;
    uint32 private immutable MIN_WITHDRAW_DELAY;
    uint32 private immutable MAX_WITHDRAW_DELAY;

    mapping(bytes32 channelId => Channel) private _channels;
    mapping(address receiver => Earnings) private _earnings;
    mapping(address receiver => uint256) private _feesCollected;
    Settings private _settings;

    /// @notice Checks the bounds of all parameters.
    /// @param parameters Parameters of this deployment.
    constructor(Parameters memory parameters) Ownable(parameters.owner) EIP712("PaymentChannels", "1") {
        require(parameters.token != address(0) && parameters.guardian != address(0), ZeroAddress());
        _checkRange("feeBps", parameters.feeBps, 0, MAX_FEE_BPS);
        _checkRange("maxWithdrawDelay", parameters.maxWithdrawDelay, 1 minutes, 30 days);
        _checkRange("minWithdrawDelay", parameters.minWithdrawDelay, 1 minutes, parameters.maxWithdrawDelay);
        TOKEN = IFiatToken(parameters.token);
        FEE_BPS = parameters.feeBps;
        MIN_WITHDRAW_DELAY = parameters.minWithdrawDelay;
        MAX_WITHDRAW_DELAY = parameters.maxWithdrawDelay;
        _settings.guardian = parameters.guardian;
        emit GuardianChanged(parameters.guardian);
    }

    /// @inheritdoc IPaymentChannels
    function deposit(Config calldata config, uint64 amount) external nonReentrant {
        _checkDeposit(config, amount);
        _pull(amount);
        _credit(channelIdOf(config), config, amount);
    }

    /// @inheritdoc IPaymentChannels
    function depositWithAuthorization(
        Config calldata config,
        uint64 amount,
        bytes32 salt,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata sig
    ) external nonReentrant {
        _checkDeposit(config, amount);
        bytes32 channelId = channelIdOf(config);
        bytes32 nonce = keccak256(abi.encode(DEPOSIT_TYPEHASH, channelId, amount, salt));
        uint256 balanceBefore = TOKEN.balanceOf(address(this));
        TOKEN.receiveWithAuthorization(config.payer, address(this), amount, validAfter, validBefore, nonce, sig);
        _checkReceived(balanceBefore, amount);
        _credit(channelId, config, amount);
    }

    /// @inheritdoc IPaymentChannels
    function depositWithPermit(Config calldata config, uint64 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        nonReentrant
    {
        bytes32 channelId = _payersOwn(config);
        _checkDeposit(config, amount);
        // Somebody may have used the permit first, which is no reason to fail.
        if (TOKEN.allowance(msg.sender, address(this)) < amount) {
            IERC20Permit(address(TOKEN)).permit(msg.sender, address(this), amount, deadline, v, r, s);
        }
        _pull(amount);
        _credit(channelId, config, amount);
    }

    /// @inheritdoc IPaymentChannels
    function claim(address receiver, bytes calldata rows) external returns (uint256 total) {
        uint256 count = rows.length / VoucherRows.ROW_BYTES;
        require(count != 0 && rows.length == count * VoucherRows.ROW_BYTES, RowsMalformed(rows.length));
        bytes32 separator = _domainSeparatorV4();
        bytes memory packed = VoucherRows.allocate(count);
        uint256 kept;
        for (uint256 row; row < count; ++row) {
            (bytes32 channelId, uint64 amount, bool valid) = VoucherRows.read(receiver, rows, row, separator);
            require(valid, BadVoucher(row));
            (uint64 gained, uint64 claimed) = _draw(channelId, amount);
            if (gained == 0) continue;
            total += gained;
            VoucherRows.put(packed, kept++, channelId, claimed);
        }
        if (total != 0) _earn(receiver, total, packed, kept);
    }

    /// @inheritdoc IPaymentChannels
    function claimTyped(VoucherClaim[] calldata rows) external nonReentrant returns (uint256 total) {
        for (uint256 row; row < rows.length; ++row) {
            VoucherClaim calldata voucher = rows[row];
            bytes32 channelId = channelIdOf(voucher.config);
            if (!_isSigned(voucher, channelId, row)) continue;
            (uint64 gained, uint64 claimed) = _draw(channelId, voucher.maxClaimableAmount);
            if (gained == 0) continue;
            total += gained;
            bytes memory packed = VoucherRows.allocate(1);
            VoucherRows.put(packed, 0, channelId, claimed);
            _earn(voucher.config.receiver, gained, packed, 1);
        }
    }

    /// @inheritdoc IPaymentChannels
    function withdraw(address to, uint256 amount) external nonReentrant {
        require(amount != 0, ZeroAmount());
        _checkRecipient(to);
        Earnings memory books = _earnings[msg.sender];
        uint256 fee = _feeOf(books.everEarned);
        uint256 available = books.everEarned - fee - books.paidOut;
        require(amount <= available, InsufficientEarnings(msg.sender, available, amount));

        uint256 newFee = fee - books.feeTaken;
        books.feeTaken = fee.toUint80();
        books.paidOut = (books.paidOut + amount).toUint80();
        _earnings[msg.sender] = books;
        emit Withdrawn(msg.sender, to, amount, newFee);
        TOKEN.safeTransfer(to, amount);
    }

    /// @inheritdoc IPaymentChannels
    function startWithdraw(Config calldata config, uint64 amount) external {
        bytes32 channelId = _payersOwn(config);
        uint40 withdrawAt = amount == 0 ? 0 : uint40(block.timestamp + config.withdrawDelay);
        _channels[channelId].withdrawAmount = amount;
        _channels[channelId].withdrawAt = withdrawAt;
        emit WithdrawStarted(channelId, config.payer, config.receiver, amount, withdrawAt);
    }

    /// @inheritdoc IPaymentChannels
    function finishWithdraw(Config calldata config, address to) external nonReentrant {
        bytes32 channelId = _payersOwn(config);
        _checkRecipient(to);
        Channel memory channel = _channels[channelId];
        require(channel.withdrawAt != 0, WithdrawNotStarted(channelId));
        require(block.timestamp >= channel.withdrawAt, WithdrawNotRipe(channelId, channel.withdrawAt));

        uint64 unclaimed = channel.deposited - channel.claimed;
        uint64 amount = channel.withdrawAmount < unclaimed ? channel.withdrawAmount : unclaimed;
        channel.deposited -= amount;
        (channel.withdrawAmount, channel.withdrawAt) = (0, 0);
        _channels[channelId] = channel;
        emit WithdrawFinished(channelId, to, amount);
        if (amount != 0) TOKEN.safeTransfer(to, amount);
    }

    /// @inheritdoc IPaymentChannels
    function refund(Config calldata config, uint64 amount) external nonReentrant {
        bytes32 channelId = channelIdOf(config);
        require(msg.sender == config.receiver, NotReceiver(channelId, msg.sender));
        require(amount != 0, ZeroAmount());
        Channel storage channel = _channels[channelId];
        (uint64 claimed, uint64 deposited) = (channel.claimed, channel.deposited);
        uint64 unclaimed = deposited - claimed;
        require(amount <= unclaimed, InsufficientDeposit(channelId, unclaimed, amount));

        channel.deposited = deposited - amount;
        emit Refunded(channelId, config.payer, amount);
        TOKEN.safeTransfer(config.payer, amount);
    }

    /// @inheritdoc IPaymentChannels
    function collectFees(address[] calldata receivers, address to) external onlyOwner nonReentrant {
        _checkRecipient(to);
        uint256 amount;
        for (uint256 i; i < receivers.length; ++i) {
            uint256 taken = _earnings[receivers[i]].feeTaken;
            amount += taken - _feesCollected[receivers[i]];
            _feesCollected[receivers[i]] = taken;
        }
        require(amount != 0, ZeroAmount());
        emit FeesCollected(to, amount);
        TOKEN.safeTransfer(to, amount);
    }

    /// @inheritdoc IPaymentChannels
    function setGuardian(address newGuardian) external onlyOwner {
        require(newGuardian != address(0), ZeroAddress());
        _settings.guardian = newGuardian;
        emit GuardianChanged(newGuardian);
    }

    /// @inheritdoc IPaymentChannels
    function pauseDeposits() external {
        require(msg.sender == _settings.guardian || msg.sender == owner(), NotGuardian(msg.sender));
        _settings.depositsPaused = true;
        emit DepositPauseChanged(true, msg.sender);
    }

    /// @inheritdoc IPaymentChannels
    function unpauseDeposits() external onlyOwner {
        _settings.depositsPaused = false;
        emit DepositPauseChanged(false, msg.sender);
    }

    /// @inheritdoc IPaymentChannels
    function channelOf(bytes32 channelId) external view returns (Channel memory channel) {
        return _channels[channelId];
    }

    /// @inheritdoc IPaymentChannels
    function earningsOf(address receiver) external view returns (Earnings memory earnings) {
        return _earnings[receiver];
    }

    /// @inheritdoc IPaymentChannels
    function withdrawable(address receiver) external view returns (uint256 amount) {
        Earnings memory books = _earnings[receiver];
        return books.everEarned - _feeOf(books.everEarned) - books.paidOut;
    }

    /// @inheritdoc IPaymentChannels
    function feesAccrued(address receiver) external view returns (uint256 amount) {
        return _earnings[receiver].feeTaken - _feesCollected[receiver];
    }

    /// @inheritdoc IPaymentChannels
    function feeBps() external view returns (uint16 bps) {
        return FEE_BPS;
    }

    /// @inheritdoc IPaymentChannels
    function token() external view returns (address account) {
        return address(TOKEN);
    }

    /// @inheritdoc IPaymentChannels
    function withdrawDelays() external view returns (uint32 min, uint32 max) {
        return (MIN_WITHDRAW_DELAY, MAX_WITHDRAW_DELAY);
    }

    /// @inheritdoc IPaymentChannels
    function guardian() external view returns (address account) {
        return _settings.guardian;
    }

    /// @inheritdoc IPaymentChannels
    function depositsPaused() external view returns (bool paused) {
        return _settings.depositsPaused;
    }

    /// @inheritdoc IPaymentChannels
    function channelIdOf(Config calldata config) public view returns (bytes32 channelId) {
        return keccak256(abi.encode(block.chainid, address(this), config));
    }

    /// @notice Disabled: without an owner deposits that were stopped could never go on.
    function renounceOwnership() public view override onlyOwner {
        revert RenounceDisabled();
    }

    function _pull(uint64 amount) private {
        uint256 balanceBefore = TOKEN.balanceOf(address(this));
        TOKEN.safeTransferFrom(msg.sender, address(this), amount);
        _checkReceived(balanceBefore, amount);
    }

    function _credit(bytes32 channelId, Config calldata config, uint64 amount) private {
        _channels[channelId].deposited += amount;
        emit Deposited(channelId, config.payer, config.receiver, config, amount);
    }

    /// @dev A voucher above the deposit pays up to the deposit; one that is not above what is claimed pays nothing.
    function _draw(bytes32 channelId, uint128 amount) private returns (uint64 gained, uint64 claimed) {
        Channel storage channel = _channels[channelId];
        (uint64 before, uint64 deposited) = (channel.claimed, channel.deposited);
        claimed = amount < deposited ? uint64(amount) : deposited;
        if (claimed <= before) return (0, before);
        channel.claimed = claimed;
        unchecked {
            gained = claimed - before;
        }
    }

    function _earn(address receiver, uint256 total, bytes memory packed, uint256 kept) private {
        _earnings[receiver].everEarned += total.toUint96();
        VoucherRows.trim(packed, kept);
        emit BatchClaimed(receiver, total, packed);
    }

    /// @dev False only if code was asked and did not agree.
    function _isSigned(VoucherClaim calldata voucher, bytes32 channelId, uint256 row)
        private
        view
        returns (bool signed)
    {
        address signer = voucher.config.signer;
        bytes32 structHash = keccak256(abi.encode(VOUCHER_TYPEHASH, channelId, voucher.maxClaimableAmount));
        signed = Signatures.isValid(signer, _hashTypedDataV4(structHash), voucher.sig);
        require(signed || signer.code.length != 0, BadVoucher(row));
    }

    function _payersOwn(Config calldata config) private view returns (bytes32 channelId) {
        channelId = channelIdOf(config);
        require(msg.sender == config.payer, NotPayer(channelId, msg.sender));
    }

    function _checkDeposit(Config calldata config, uint64 amount) private view {
        require(amount != 0, ZeroAmount());
        require(!_settings.depositsPaused, DepositsPaused());
        _checkRecipient(config.payer);
        require(config.signer != address(0) && config.receiver != address(0), ZeroAddress());
        uint32 delay = config.withdrawDelay;
        require(
            delay >= MIN_WITHDRAW_DELAY && delay <= MAX_WITHDRAW_DELAY,
            WithdrawDelayOutOfRange(delay, MIN_WITHDRAW_DELAY, MAX_WITHDRAW_DELAY)
        );
    }

    function _checkReceived(uint256 balanceBefore, uint64 amount) private view {
        uint256 received = TOKEN.balanceOf(address(this)) - balanceBefore;
        require(received == amount, UnexpectedTokenDelta(amount, received));
    }

    function _checkRecipient(address to) private view {
        require(to != address(0) && to != address(this), InvalidRecipient(to));
    }

    function _feeOf(uint256 earned) private view returns (uint256 fee) {
        return (earned * FEE_BPS) / BPS;
    }

    function _checkRange(string memory name, uint256 value, uint256 min, uint256 max) private pure {
        require(value >= min && value <= max, ParameterOutOfRange(name, value, min, max));
    }
}
