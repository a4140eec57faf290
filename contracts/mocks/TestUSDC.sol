// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

// solhint-disable reason-string, gas-custom-errors, func-name-mixedcase

import {CircleSignatures} from "./CircleSignatures.sol";
import {TestUSDCLedger} from "./TestUSDCLedger.sol";

/// @title USDC for chains where there is none
/// @notice Behaves as Circle's FiatTokenV2_2 does, revert strings and storage reads included, so that neither gas nor
/// failures flatter. It runs behind TestUSDCProxy. EIP-2612 and EIP-3009 in both signature forms.
contract TestUSDC is TestUSDCLedger {
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    /// @notice Type hash of EIP-2612.
    bytes32 public constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    /// @notice Type hash of EIP-3009's transfer.
    bytes32 public constant TRANSFER_WITH_AUTHORIZATION_TYPEHASH = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );

    /// @notice Type hash of EIP-3009's receive.
    bytes32 public constant RECEIVE_WITH_AUTHORIZATION_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );

    /// @notice Type hash of EIP-3009's cancellation.
    bytes32 public constant CANCEL_AUTHORIZATION_TYPEHASH =
        keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");

    /// @notice Nonce of the next permit of an account.
    mapping(address owner => uint256) public nonces;

    mapping(address authorizer => mapping(bytes32 nonce => bool)) private _authorizationStates;

    /// @notice An authorization was used.
    /// @param authorizer Signer.
    /// @param nonce Of the authorization.
    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);
    /// @notice An authorization was cancelled.
    /// @param authorizer Signer.
    /// @param nonce Of the authorization.
    event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

    /// @notice EIP-2612 with the signature in one piece.
    /// @param owner Signer.
    /// @param spender Who may spend.
    /// @param value Allowance.
    /// @param deadline Unix seconds.
    /// @param signature Of Permit.
    function permit(address owner, address spender, uint256 value, uint256 deadline, bytes memory signature)
        external
        whenNotPaused
    {
        _permit(owner, spender, value, deadline, signature);
    }

    /// @notice EIP-2612.
    /// @param owner Signer.
    /// @param spender Who may spend.
    /// @param value Allowance.
    /// @param deadline Unix seconds.
    /// @param v Of the signature.
    /// @param r Of the signature.
    /// @param s Of the signature.
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        whenNotPaused
    {
        _permit(owner, spender, value, deadline, abi.encodePacked(r, s, v));
    }

    /// @notice EIP-3009: anybody moves an authorised amount.
    /// @param from Payer and signer.
    /// @param to Payee.
    /// @param value Amount.
    /// @param validAfter Unix seconds.
    /// @param validBefore Unix seconds.
    /// @param nonce Used once per payer.
    /// @param signature Of TransferWithAuthorization.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) external whenNotPaused notBlacklisted(from) notBlacklisted(to) {
        _useAuthorization(
            TRANSFER_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce, signature
        );
        _transfer(from, to, value);
    }

    /// @notice EIP-3009: anybody moves an authorised amount.
    /// @param from Payer and signer.
    /// @param to Payee.
    /// @param value Amount.
    /// @param validAfter Unix seconds.
    /// @param validBefore Unix seconds.
    /// @param nonce Used once per payer.
    /// @param v Of the signature.
    /// @param r Of the signature.
    /// @param s Of the signature.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external whenNotPaused notBlacklisted(from) notBlacklisted(to) {
        bytes memory signature = abi.encodePacked(r, s, v);
        _useAuthorization(
            TRANSFER_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce, signature
        );
        _transfer(from, to, value);
    }

    /// @notice EIP-3009: the payee pulls an authorised amount.
    /// @param from Payer and signer.
    /// @param to Payee, the caller.
    /// @param value Amount.
    /// @param validAfter Unix seconds.
    /// @param validBefore Unix seconds.
    /// @param nonce Used once per payer.
    /// @param signature Of ReceiveWithAuthorization.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) external whenNotPaused notBlacklisted(from) notBlacklisted(to) {
        require(to == msg.sender, "FiatTokenV2: caller must be the payee");
        _useAuthorization(
            RECEIVE_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce, signature
        );
        _transfer(from, to, value);
    }

    /// @notice EIP-3009: the payee pulls an authorised amount.
    /// @param from Payer and signer.
    /// @param to Payee, the caller.
    /// @param value Amount.
    /// @param validAfter Unix seconds.
    /// @param validBefore Unix seconds.
    /// @param nonce Used once per payer.
    /// @param v Of the signature.
    /// @param r Of the signature.
    /// @param s Of the signature.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external whenNotPaused notBlacklisted(from) notBlacklisted(to) {
        require(to == msg.sender, "FiatTokenV2: caller must be the payee");
        bytes memory signature = abi.encodePacked(r, s, v);
        _useAuthorization(
            RECEIVE_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce, signature
        );
        _transfer(from, to, value);
    }

    /// @notice EIP-3009: makes an authorization useless.
    /// @param authorizer Signer.
    /// @param nonce Of the authorization.
    /// @param signature Of CancelAuthorization.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes memory signature) external whenNotPaused {
        _cancelAuthorization(authorizer, nonce, signature);
    }

    /// @notice EIP-3009: makes an authorization useless.
    /// @param authorizer Signer.
    /// @param nonce Of the authorization.
    /// @param v Of the signature.
    /// @param r Of the signature.
    /// @param s Of the signature.
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)
        external
        whenNotPaused
    {
        _cancelAuthorization(authorizer, nonce, abi.encodePacked(r, s, v));
    }

    /// @notice Whether an authorization was used or cancelled.
    /// @param authorizer Signer.
    /// @param nonce Of the authorization.
    /// @return used True once it is of no more use.
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool used) {
        return _authorizationStates[authorizer][nonce];
    }

    /// @notice Domain of all signatures.
    /// @return separator For this chain and this proxy.
    function DOMAIN_SEPARATOR() external view returns (bytes32 separator) {
        return _domainSeparator();
    }

    /// @notice Version of the domain.
    /// @return text Always "2".
    function version() external pure returns (string memory text) {
        return "2";
    }

    function _permit(address owner, address spender, uint256 value, uint256 deadline, bytes memory signature) private {
        require(
            deadline == type(uint256).max || deadline >= block.timestamp, "FiatTokenV2: permit is expired"
        );
        bytes32 structHash = keccak256(abi.encode(PERMIT_TYPEHASH, owner, spender, value, nonces[owner]++, deadline));
        require(
            CircleSignatures.isValidSignatureNow(owner, _digest(structHash), signature), "EIP2612: invalid signature"
        );
        _approve(owner, spender, value);
    }

    function _useAuthorization(
        bytes32 typeHash,
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) private {
        require(block.timestamp > validAfter, "FiatTokenV2: authorization is not yet valid");
        require(block.timestamp < validBefore, "FiatTokenV2: authorization is expired");
        _requireUnused(from, nonce);
        _requireSigned(
            from, keccak256(abi.encode(typeHash, from, to, value, validAfter, validBefore, nonce)), signature
        );
        _authorizationStates[from][nonce] = true;
        emit AuthorizationUsed(from, nonce);
    }

    function _cancelAuthorization(address authorizer, bytes32 nonce, bytes memory signature) private {
        _requireUnused(authorizer, nonce);
        _requireSigned(
            authorizer, keccak256(abi.encode(CANCEL_AUTHORIZATION_TYPEHASH, authorizer, nonce)), signature
        );
        _authorizationStates[authorizer][nonce] = true;
        emit AuthorizationCanceled(authorizer, nonce);
    }

    function _requireUnused(address authorizer, bytes32 nonce) private view {
        require(!_authorizationStates[authorizer][nonce], "FiatTokenV2: authorization is used or canceled");
    }

    function _requireSigned(address signer, bytes32 structHash, bytes memory signature) private view {
        require(
            CircleSignatures.isValidSignatureNow(signer, _digest(structHash), signature),
            "FiatTokenV2: invalid signature"
        );
    }

    function _digest(bytes32 structHash) private view returns (bytes32 digest) {
        return keccak256(abi.encodePacked("\x19\x01", _domainSeparator(), structHash));
    }

    /// @dev Circle computes it at each use, with the name from storage.
    function _domainSeparator() private view returns (bytes32 separator) {
        return keccak256(
            abi.encode(DOMAIN_TYPEHASH, keccak256(bytes(name)), keccak256("2"), block.chainid, address(this))
        );
    }
}
