// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPaymentChannels} from "../../../contracts/interfaces/IPaymentChannels.sol";
import {PaymentChannels} from "../../../contracts/PaymentChannels.sol";
import {Protocol} from "../support/Protocol.sol";

/// @notice Channels with the parameters of the local chain, a client that pays by its own key, a provider that receives.
abstract contract ChannelProtocol is Protocol {
    uint32 internal constant MIN_DELAY = 1 minutes;
    uint32 internal constant MAX_DELAY = 30 days;
    uint32 internal constant DELAY = 1 days;
    uint64 internal constant DEPOSIT = 100e6;
    uint256 internal constant FOREVER = type(uint256).max;

    bytes32 internal constant VOUCHER_TYPEHASH = keccak256("Voucher(bytes32 channelId,uint128 maxClaimableAmount)");

    PaymentChannels internal channels;

    function setUp() public virtual override {
        super.setUp();
        channels = deployChannels(channelParameters());
        approveChannels(client.addr);
        approveChannels(stranger.addr);
    }

    function channelParameters() internal view returns (PaymentChannels.Parameters memory parameters) {
        return PaymentChannels.Parameters(address(usdc), owner, guardian, FEE_BPS, MIN_DELAY, MAX_DELAY);
    }

    function deployChannels(PaymentChannels.Parameters memory parameters) internal returns (PaymentChannels) {
        return PaymentChannels(deploy("PaymentChannels.sol:PaymentChannels", abi.encode(parameters)));
    }

    function approveChannels(address account) internal {
        vm.prank(account);
        usdc.approve(address(channels), type(uint256).max);
    }

    function terms() internal view returns (IPaymentChannels.Config memory config) {
        return IPaymentChannels.Config(client.addr, client.addr, provider.addr, 1, DELAY);
    }

    function documentedId(IPaymentChannels.Config memory config) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                block.chainid,
                address(channels),
                config.payer,
                config.signer,
                config.receiver,
                config.salt,
                config.withdrawDelay
            )
        );
    }

    function fund(IPaymentChannels.Config memory config, uint64 amount) internal returns (bytes32 channelId) {
        vm.prank(client.addr);
        channels.deposit(config, amount);
        return documentedId(config);
    }

    function voucherDigest(bytes32 domain, bytes32 channelId, uint128 amount) internal pure returns (bytes32) {
        return digestOf(domain, keccak256(abi.encode(VOUCHER_TYPEHASH, channelId, amount)));
    }

    function channelsDomain() internal view returns (bytes32) {
        return domainOf("PaymentChannels", "1", address(channels));
    }

    function voucherDigest(IPaymentChannels.Config memory config, uint128 amount) internal view returns (bytes32) {
        return voucherDigest(channelsDomain(), documentedId(config), amount);
    }

    function rowOf(IPaymentChannels.Config memory config, uint64 amount, bytes memory compact)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(config.payer, config.signer, config.salt, config.withdrawDelay, amount, compact);
    }

    function signedRow(Key memory signer, IPaymentChannels.Config memory config, uint64 amount)
        internal
        view
        returns (bytes memory)
    {
        return rowOf(config, amount, signCompact(signer.secret, voucherDigest(config, amount)));
    }

    function claim(uint64 amount) internal returns (uint256) {
        return channels.claim(provider.addr, signedRow(client, terms(), amount));
    }

    function typedRow(IPaymentChannels.Config memory config, uint128 amount, bytes memory signature)
        internal
        pure
        returns (IPaymentChannels.VoucherClaim[] memory list)
    {
        list = new IPaymentChannels.VoucherClaim[](1);
        list[0] = IPaymentChannels.VoucherClaim(config, amount, signature);
    }

    function claimedOf(IPaymentChannels.Config memory config) internal view returns (uint256) {
        return channels.channelOf(documentedId(config)).claimed;
    }

    function earnedBy(address receiver) internal view returns (uint256) {
        return channels.earningsOf(receiver).everEarned;
    }
}
